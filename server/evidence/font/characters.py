"""Prints the characters of the subset: Latin, punctuation, all of GB 2312, and characters of names and places beyond it."""
chars=set(range(0x20,0x7f))|set(range(0xa0,0x100))|set(map(ord,'–—‘’“”…·•〓№℃¥￥　、。〃々〈〉《》「」『』【】〔〕〖〗！（），．：；？～'))
for a in range(0xb0,0xf8):
  for b in range(0xa1,0xff):
    try: chars.add(ord(bytes([a,b]).decode('gb2312')))
    except Exception: pass
# Characters of names and places that the general-use table of 2013 added to GB 2312.
chars|=set(map(ord,'喆堃翀昇珺瑀頔頫玥彧焜煊淼垚嫚妤婳祎祺禛祯镕珮珣瑄瑢璟甯睿翊翯芃芮茗莜萱菡蓁蔚薏赟逄郗鄞钰铖锟镒阗霈靓韡韫颢飏骐骞骦鹂龑龢奕宥岚峣崟崧嵘巍廙弢彣忻怿恺惇愔戬旸昉昕昳晗晞晟晔暄暘杲栩梓楠楹槿樾橦櫆欣歆沄沅沐泓泠浠浥涵淏湉湜溦漪潞澍澔灏炅炘烜焱熙燊犇玎玙玚玟珂珈珉珏珞琇琤琦琬琮琰瑗瑜瑾璐璇璠璎瓒畅皓盈禾筠箐綦缦羿翙翚翥聿芊芷苒茜荻莳莹菁萌葳蒽薇蘅虢蛟褀裴谌豫賮赪軎轩迦迩逸遄邈邶郇郜郦鄯铎锴闫闾阚隽雯霁霏霖霭韬顗颉馨駪骁骅骊髦鲲鸾麒麓㛃䶮'))
for c in sorted(chars):
    print('U+%04X' % c)
